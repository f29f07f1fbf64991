# Share of degenerate groups by step
#
# share of degenerate groups (degenerate_groups): Share of groups whose rollouts all have the
# same reward; a demonstration is no member. A step is one batch of rollouts or demonstrations.
# Seeds: rl 4, sft-plus-rl 4, srft-released 4, srft 4, opd 4, rl-from-start 4. Of several seeds
# the line is the mean, at steps that all of them have; pale lines are the seeds. Shaded: from
# the lowest to the highest seed, no interval. Each run's values are averaged over 5 steps
# centred on each (fewer at the ends) before anything else; pale lines are the values as logged.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot training-degenerate-groups.gp
# It reads training-degenerate-groups.tsv and writes training-degenerate-groups.svg and training-degenerate-groups.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 234,167 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_training_degenerate_groups' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 234./72,167./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'training-degenerate-groups.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.13299
  set rmargin at screen 0.96154
  set bmargin at screen 0.1497
  set tmargin at screen 0.75449
  set border 15 linewidth 0.5
  set xrange [1:231]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('50' 50, '100' 100, '150' 150, '200' 200)
  set yrange [-0.02:1.02]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.0' 0, '0.5' 0.5, '1.0' 1)
  set label 'step' at screen 0.54726,0.03593 center noenhanced front
  set label 'share of degenerate groups' at screen 0.03419,0.4521 center rotate by 90 noenhanced front
  unset colorbox
  set arrow from screen 0.19036,0.9491 to screen 0.26728,0.9491 nohead linewidth 1 linecolor rgb '#0072b2' dashtype (5,2)
  set label 'rl' at screen 0.28438,0.9491 left font ',8' noenhanced front
  set arrow from screen 0.52564,0.9491 to screen 0.60256,0.9491 nohead linewidth 1 linecolor rgb '#56b4e9' dashtype solid
  set label 'sft-plus-rl' at screen 0.61966,0.9491 left font ',8' noenhanced front
  set arrow from screen 0.19036,0.88323 to screen 0.26728,0.88323 nohead linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6)
  set label 'srft-released' at screen 0.28438,0.88323 left font ',8' noenhanced front
  set arrow from screen 0.52564,0.88323 to screen 0.60256,0.88323 nohead linewidth 1 linecolor rgb '#cc79a7' dashtype (5,2)
  set label 'srft' at screen 0.61966,0.88323 left font ',8' noenhanced front
  set arrow from screen 0.19036,0.81737 to screen 0.26728,0.81737 nohead linewidth 1 linecolor rgb '#000000' dashtype (6,1.6,1.2,1.6)
  set label 'opd' at screen 0.28438,0.81737 left font ',8' noenhanced front
  set arrow from screen 0.52564,0.81737 to screen 0.60256,0.81737 nohead linewidth 1 linecolor rgb '#d55e00' dashtype (6,1.6,1.2,1.6)
  set label 'rl-from-start' at screen 0.61966,0.81737 left font ',8' noenhanced front
  plot 'training-degenerate-groups.tsv' index 0 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#0072b2' notitle, \
    'training-degenerate-groups.tsv' index 1 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#56b4e9' notitle, \
    'training-degenerate-groups.tsv' index 2 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#009e73' notitle, \
    'training-degenerate-groups.tsv' index 3 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#cc79a7' notitle, \
    'training-degenerate-groups.tsv' index 4 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#000000' notitle, \
    'training-degenerate-groups.tsv' index 5 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#d55e00' notitle, \
    'training-degenerate-groups.tsv' index 6 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-degenerate-groups.tsv' index 7 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-degenerate-groups.tsv' index 8 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-degenerate-groups.tsv' index 9 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-degenerate-groups.tsv' index 10 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-degenerate-groups.tsv' index 11 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-degenerate-groups.tsv' index 12 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-degenerate-groups.tsv' index 13 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-degenerate-groups.tsv' index 14 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-degenerate-groups.tsv' index 15 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-degenerate-groups.tsv' index 16 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-degenerate-groups.tsv' index 17 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-degenerate-groups.tsv' index 18 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-degenerate-groups.tsv' index 19 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-degenerate-groups.tsv' index 20 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-degenerate-groups.tsv' index 21 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-degenerate-groups.tsv' index 22 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'training-degenerate-groups.tsv' index 23 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'training-degenerate-groups.tsv' index 24 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'training-degenerate-groups.tsv' index 25 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'training-degenerate-groups.tsv' index 26 using 1:2 with lines linewidth 0.4 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'training-degenerate-groups.tsv' index 27 using 1:2 with lines linewidth 0.4 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'training-degenerate-groups.tsv' index 28 using 1:2 with lines linewidth 0.4 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'training-degenerate-groups.tsv' index 29 using 1:2 with lines linewidth 0.4 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'training-degenerate-groups.tsv' index 30 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'training-degenerate-groups.tsv' index 31 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle, \
    'training-degenerate-groups.tsv' index 32 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6) notitle, \
    'training-degenerate-groups.tsv' index 33 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype (5,2) notitle, \
    'training-degenerate-groups.tsv' index 34 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype (6,1.6,1.2,1.6) notitle, \
    'training-degenerate-groups.tsv' index 35 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype (6,1.6,1.2,1.6) notitle

  unset multiplot
  set output
}
