-- Another spelling of the same page's link is no event in the page's life: it is noted in place.
UPDATE registry.page_assignment AS a SET link = i.link FROM incoming_page AS i
WHERE a.page_id = i.page_id AND a.valid_to = 'infinity' AND a.link <> i.link
